# shellcheck shell=bash
# manual.bash - run the commands of a manual, on smaller networks than it shows (sourced)

smaller() { # TOOL OPTION...: from now on the tool has these options, too
    mkdir -p smaller
    printf '#!/bin/sh\nexec "%s" "$@" %s\n' "$BUILD/bin/$1" "${*:2}" >"smaller/$1"
    chmod +x "smaller/$1"
    [[ :$PATH == *":$PWD/smaller:"* ]] || PATH=$PWD/smaller:$PATH
}

commands() { # PAGE SECTION: its literal blocks and lines shown after $, as command.01, command.02 ...
    awk -v section="$2" '/^\.Sh / { on = $2 == section }
        on && /^\.Bd -literal/ { n++; block = 1; next }
        on && /^\.Dl \$ / { print substr($0, 5) > sprintf("command.%02d", ++n) }
        /^\.Ed/ { block = 0 }
        on && block { print > sprintf("command.%02d", n) }' "$SRC/man/$1"
    ! compgen -G 'command.*' >/dev/null || sed -i 's/^\$ //; s/\\e/\\/g; s/\\&//g' command.*
    echo "$(find . -name 'command.*' | wc -l) commands"
}

run_commands() { # one after another, to the first that fails
    local command
    for command in command.*; do
        timeout 300 bash -eu -o pipefail "$command" >said 2>&1 </dev/null ||
            { echo "this command fails:" && cat "$command" said && exit 1; }
    done
}
