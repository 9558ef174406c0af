#!/usr/bin/env bash
# jobs.sh - what the pipelines share: their settings, and jobs under GNU parallel (sourced)
#
# settings NAME... -- "$@"     take NAME=VALUE from the command line; --help prints the script's top
#                              comment
# sweep NAME RESULT INPUT COMMAND <<<ROWS
#     run one job for each row of ROWS, whose words are {1} {2} ...; RESULT is the file that it
#     makes, INPUT a file that it reads ('' for none).  COMMAND must write RESULT under another name
#     and rename it when it is complete, as option -o of every tool does.  Do not call it in a pipe,
#     where it would run in another shell, which signals do not reach.
#
# resumable STEM               print the end of a grok-train command that makes STEM.gts; killed and
#                              run again, it continues bit for bit
#
# lags FILE ARGUMENT...        write the output of grok-sync to FILE, or the reason if nothing can
#                              lag
#
# The pipeline sets $dir, its directory, whose path must contain every parameter that can differ.  A
# pipeline that was killed continues when it is run again.  A job is done if its result exists, and
# is then not run again.  GNU parallel's --resume-failed knows jobs only by their numbers, so its
# log is used only if the list of jobs is the same and no result has been removed.
#
# JOBS   number of jobs at a time, each of one thread; default: one for each core
# HOSTS  file of machines to run on, in the form of parallel's --sshloginfile: "8/user@host", ":"
#        for this one.  Results are copied back and removed there.  The machines need the tools in
#        PATH, and rsync.
# MEMORY memory to keep free, such as "4G": jobs are delayed, and the youngest is killed and run
#        again

head_comment() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

settings() {
    local names=() argument name
    while [ "$1" != -- ]; do names+=("$1") && shift; done
    shift
    for argument; do
        name=${argument%%=*}
        if [ "$argument" = --help ] || [ "$argument" = -h ]; then
            head_comment && exit
        elif [ "$name" = "$argument" ] ||
            [[ " ${names[*]} JOBS HOSTS MEMORY OUT " != *" $name "* ]]; then
            echo "$0: '$argument' is none of ${names[*]} JOBS HOSTS MEMORY OUT, as NAME=VALUE" >&2
            exit 2
        fi
        export "$name=${argument#*=}"
    done
    # They become part of command lines, here and on other machines: words of plain characters only.
    for name in "${names[@]}" JOBS HOSTS MEMORY; do plain "$name" '*[!A-Za-z0-9 ._/,:+@-]*'; done
    plain OUT '*[!A-Za-z0-9._/,:+@-]*'
}

plain() { # NAME PATTERN: refuse a value that matches
    # shellcheck disable=SC2053
    if [[ "${!1-}" == $2 ]]; then
        echo "$0: $1='${!1}' may have letters, digits and ._/,:+@- only" >&2
        exit 2
    fi
}

sweep() {
    local name=$1 result=$2 input=$3 command=$4 log list options row cores
    cores=$(env -u OMP_NUM_THREADS nproc)
    local -x OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PARALLEL_SHELL=/bin/bash
    command=$(tr -s ' \n' ' ' <<<"$command") # one line
    log=${dir:?}/jobs/$name.log list=$dir/jobs/$name.list
    mkdir -p "$dir/jobs" "$(dirname "$result")"
    # Jobs hold the lock too: those that outlived a killed pipeline are waited for.
    exec 9>"$dir/jobs/lock"
    flock -n 9 || { echo "$0: waiting for jobs of an earlier run in '$dir'" >&2 && flock 9; }
    # What is still half written is of an earlier run that was killed.
    find "$dir" -type f -name '*.part-??????' -delete
    COMMAND=$command awk '{ print $0 "\t" ENVIRON["COMMAND"] }' >"$list.new"
    if ! cmp -s "$list" "$list.new" || ! results "$result" <"$list.new" | all_logged "$log"; then
        rm -f "$log"
    fi
    mv "$list.new" "$list"

    options=(--joblog "$log" --resume-failed --colsep ' ' --termseq 'TERM,20000,KILL,25')
    [ ! -t 2 ] || options+=(--eta)
    [ -z "${MEMORY-}" ] || options+=(--memfree "$MEMORY" --retries 5)
    if [ -n "${HOSTS-}" ]; then
        # A machine that stops answering is given up after 15 s, and its jobs go to another.
        options+=(--sshloginfile "$HOSTS" --workdir ... --cleanup --return "$result" --retries 5
            --env OMP_NUM_THREADS --env OPENBLAS_NUM_THREADS
            --ssh "${PARALLEL_SSH:-ssh} -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5")
        [ -z "$input" ] || options+=(--transferfile "$input")
    else
        options+=(--jobs "${JOBS:-$cores}")
    fi
    # In the background, so that a signal to this script reaches the jobs, which then save their
    # state.
    parallel --halt now,fail=1 "${options[@]}" \
        "mkdir -p $(dirname "$result") && { test -s $result || { $command; }; }" \
        < <(cut -f 1 "$list") &
    trap 'kill -TERM "$!"; wait "$!" || true; exit 75' INT TERM HUP
    wait "$!"
    trap - INT TERM HUP

    results "$result" <"$list" | while IFS= read -r row; do
        [ -s "$row" ] || { echo "$0: $name has not made '$row'" >&2 && exit 1; }
    done
}

resumable() { echo "--state $1.state --resume -o $1.gts && rm -f $1.state"; } # STEM

lags() { # FILE ARGUMENT...: grok-sync to FILE, or why nothing can lag, which is a result too
    local file=$1 said status=0
    said=$(grok-sync -o "$@" 2>&1) || status=$?
    [ -z "$said" ] || echo "$said" >&2
    [ "$status" = 0 ] || { [[ $said == *'lags need a reference that changes' ]] &&
        echo "$said" >"$file"; }
}

results() { # RESULT <<<ROWS: its name for each
    local template=$1 line words i row
    while IFS= read -r line; do
        row=$template
        read -ra words <<<"${line%%$'\t'*}"
        for i in "${!words[@]}"; do row=${row//"{$((i + 1))}"/"${words[i]}"}; done
        echo "$row"
    done
}

all_logged() { # LOG <RESULTS: is every result there that the log calls done?
    local done_jobs n=0 row
    [ -e "$1" ] || return 0
    done_jobs=" $(awk 'NR > 1 && $7 == 0 { printf "%s ", $1 }' "$1")"
    while IFS= read -r row; do
        n=$((n + 1))
        [[ "$done_jobs" != *" $n "* ]] || [ -s "$row" ] || return 1
    done
}

[ "${BASH_SOURCE[0]}" != "$0" ] || head_comment # run by itself
