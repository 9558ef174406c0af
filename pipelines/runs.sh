# shellcheck shell=bash
# runs.sh - list the runs in a directory, and choose those that a figure or table is about (sourced)
#
# index FOLDER... >INDEX      print a line for each run of the streams below the folders, with fields
#                             separated by tabs: file, run, layers, last measured step, settings, names of
#                             its metrics and measures.  Order: deepest first, then longest, true labels and
#                             the paper's settings, sub, the lowest seed
# setting KEY <LINES          print the value of a setting for each run
# pick NEED KEY... <INDEX     print the first run that has every name in NEED ("a b"), and those that differ
#                             from it only in KEYs and the seed; if there are KEYs other than op, they must
#                             have two values or more.  Prints nothing if there is no such run.
# of_runs INDEX <LINES        print all lines of the index that are of these runs, also those of other files
# files; ids <LINES           print the files of the runs; their ids, joined by commas, for --run
# scale <LINES                describe the runs, for a title

index() {
    local file
    find "$@" -name '*.gts' | LC_ALL=C sort | while IFS= read -r file; do
        grok-ckpt ls "$file" | FILE=$file awk -F '\t' '
            $2 == "head" && !($1 in settings) { order[++n] = $1; settings[$1] = $9 }
            $2 == "tensor" || $2 == "metrics" {
                if ($3 + 0 > last[$1] && $9 !~ /^train\./) last[$1] = $3 + 0
                if (!seen[$1, $9]++) names[$1] = names[$1] "," $9
            }
            function is(key, value) { return index(" " settings[run] " ", " " key "=" value " ") > 0 }
            function of(key, s) {
                s = " " settings[run]
                return sub(".* " key "=", "", s) ? substr(s, 1, index(s " ", " ") - 1) : ""
            }
            END {
                for (i = 1; i <= n; i++) {
                    run = order[i]
                    # Only heads from before there was a choice lack the labels: they were true.
                    if (of("labels") == "" && of("layers") != "") settings[run] = settings[run] " labels=true"
                    plain = is("lr", "0.001") + is("batch", 512) + is("warmup", 1000) + is("weight_decay", 1)
                    printf "%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t%d\t%s\t%s\n", of("layers"), is("labels", "true"),
                        last[run], plain, is("op", "sub"), of("seed"), ENVIRON["FILE"], run, of("layers"),
                        last[run], settings[run], names[run] ","
                }
            }'
    done | LC_ALL=C sort -t $'\t' -k1,1nr -k2,2nr -k4,4nr -k3,3nr -k5,5nr -k6,6n | cut -f 7-
}

setting() {
    cut -f 5 | sed -E "s/.*(^| )$1=([^ ]*).*/\2/"
}

pick() {
    local need=$1
    shift
    need=$need free="seed split_seed kernel save eval_every $*" vary=" $* " awk -F '\t' '
        function key(settings, want, words, n, i, out, name, constant) {
            constant = settings ~ /schedule=constant/
            n = split(settings, words, " ")
            for (i = 1; i <= n; i++) {
                name = words[i]
                sub(/=.*/, "", name)
                # At a constant rate a longer run goes on where a shorter one ends.
                if (want ? index(ENVIRON["vary"], " " name " ") : !(name in free) && !(constant && name == "steps"))
                    out = out " " words[i]
            }
            return out
        }
        function sorted(settings, words, n, i, j, t, out) { # heads need not have the same order
            n = split(settings, words, " ")
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && words[j - 1] > words[j]; j--) {
                    t = words[j]; words[j] = words[j - 1]; words[j - 1] = t
                }
            for (i = 1; i <= n; i++) out = out " " words[i]
            return out
        }
        BEGIN {
            needs = split(ENVIRON["need"], need, " ")
            n = split(ENVIRON["free"], list, " ")
            for (i = 1; i <= n; i++) free[list[i]]
            several = ENVIRON["vary"] ~ /[a-z]/ && ENVIRON["vary"] != " op "
        }
        {
            for (i = 1; i <= needs; i++) if (!index($6, "," need[i] ",")) next
            k = key(sorted($5), 0)
            v = key(sorted($5), 1)
            if (!(k in lines)) order[++groups] = k
            values[k] += !seen[k, v]++
            lines[k] = lines[k] $0 "\n"
            first[k] = first[k] == "" ? $0 "\n" : first[k]
        }
        END {
            for (i = 1; i <= groups; i++)
                if (!several || values[order[i]] > 1) {
                    printf "%s", ENVIRON["vary"] ~ /[a-z]/ ? lines[order[i]] : first[order[i]]
                    exit
                }
        }'
}

of_runs() {
    awk -F '\t' 'NR == FNR { wanted[$2]; next } $2 in wanted' - "$1"
}

files() {
    cut -f 1 | sort -u
}

ids() {
    cut -f 2 | paste -sd ,
}

scale() {
    awk -F '\t' '
        function of(key, s) {
            s = " " $5
            return sub(".* " key "=", "", s) ? substr(s, 1, index(s " ", " ") - 1) : ""
        }
        NR == 1 { layers = of("layers"); width = of("width"); op = of("op"); seed = of("seed"); steps = of("steps") }
        { last = $4 > last ? $4 : last; ops = ops || op != of("op") }
        END {
            printf layers == "" ? "the singular feature machine" : "%d layer%s x %d", layers, layers == 1 ? "" : "s", width
            if (!ops) printf ", %s", op
            if (NR == 1) printf ", seed %s", seed
            else printf ", %d runs", NR
            if (last == 0) exit # nothing was measured but by training
            printf steps != "" && last + 0 < steps + 0 ? ", %d of %d steps" : ", %d steps", last, steps
        }'
}
