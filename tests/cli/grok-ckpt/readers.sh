# The readers in formats/readers give the same as grok-ckpt: Python always, R and Julia if they are
# installed
readers=$SRC/formats/readers
grok-train --modulus 11 --layers 1 --width 64 --heads 2 --steps 20 --save 0,20 --eval-every 10 \
    --batch full |
    grok-spectrum -t | grok-bdm -qt --null 2 -o train.gts
cp "$SRC"/formats/golden/*.gts .
for file in train two-runs plain minimal; do
    grok-ckpt table $file.gts >$file.metrics
    grok-ckpt ls --kind tensor $file.gts >$file.tensors
    mkdir -p $file
    tail -n +2 $file.tensors | while IFS=$'\t' read -r run _ step _ _ _ _ _ name; do
        k=$((${k-0} + 1))
        grok-ckpt get --run "$run" --step "$step" "$name" $file.gts -o $file/$k.npy
        grok-ckpt get --run "$run" --step "$step" --tsv "$name" $file.gts >$file/$k.tsv
    done
done
head -c 30000 train.gts >cut.gts
: >empty.gts

cat >check.py <<'EOF'
import csv
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import grok

def check(file):
    runs = {run.id: run for run in grok.load(file + ".gts")}
    rows = []
    for run in runs.values():
        m = run.metrics
        rows += list(zip(*(m[c] for c in grok.COLUMNS)))
    with open(file + ".metrics", encoding="utf-8") as f:
        want = list(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    assert len(rows) == len(want)
    for row, text in zip(rows, want):
        of = "NA" if row[3] is None else row[3]
        assert [row[0], str(row[1]), row[2], of, row[4]] == text[:5]
        assert row[5] == float(text[5]) or np.isnan(row[5]) and text[5] == "NaN"
    with open(file + ".tensors", encoding="utf-8") as f:
        tensors = list(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    for k, (run, _, step, role, dtype, shape, _, _, name) in enumerate(tensors):
        x, want = runs[run][name, int(step)], np.load(f"{file}/{k + 1}.npy")
        assert x.dtype == want.dtype and x.shape == want.shape and x.tobytes() == want.tobytes()
    assert sum(len(run.tensors) for run in runs.values()) == len(tensors)
    return runs

for how in range(2):
    for file in ("train", "two-runs", "plain", "minimal"):
        runs = check(file)
    for file in ("cut.gts", "empty.gts", "check.py"):
        try:
            grok.load(file)
            print("not refused:", file)
        except grok.DataError:
            pass
    run, = grok.load("train.gts")
    assert run.config["modulus"] == 11 and run.seed == 1 and run.complete and run.steps == [0, 20]
    assert (run["transformer.wte.weight"] == run["transformer.wte.weight", 20]).all()
    assert (run["transformer.wte.weight"] != run["transformer.wte.weight", 0]).any()
    try:
        run["absent"]
        print("not refused: absent")
    except KeyError:
        pass
    grok.zstandard = None # once more, by the command zstd
EOF
/usr/bin/python3 check.py "$readers"

cat >check.R <<'EOF'
source(file.path(commandArgs(TRUE)[1], "grok.R"))
table <- function(file) read.table(file, header = TRUE, sep = "\t", quote = "", comment.char = "", na.strings = "NA",
    encoding = "UTF-8", colClasses = "character")
same <- function(x, text) { # grok-ckpt prints nine digits of an f4
    if (is.complex(x)) {
        y <- as.complex(sub("j", "i", text))
        return(all(abs(x - y) <= 1e-8 * abs(y)))
    }
    y <- as.numeric(text)
    all((is.nan(x) & is.nan(y)) | x == y | abs(x - y) <= 1e-8 * abs(y))
}
for (file in c("train", "two-runs", "plain", "minimal")) {
    runs <- grok_load(paste0(file, ".gts"))
    got <- do.call(rbind, lapply(runs, `[[`, "metrics"))
    want <- table(paste0(file, ".metrics"))
    stopifnot(nrow(got) == nrow(want), got$run == want$run, got$step == as.numeric(want$step), got$tool == want$tool,
        identical(is.na(got$of), is.na(want$of)), got$of == want$of | is.na(got$of), got$name == want$name,
        same(got$value, want$value))
    tensors <- table(paste0(file, ".tensors"))
    ids <- vapply(runs, `[[`, "", "id")
    stopifnot(sum(vapply(runs, function(r) nrow(r$tensors), 1L)) == nrow(tensors))
    for (k in seq_len(nrow(tensors))) {
        t <- tensors[k, ]
        x <- grok_tensor(runs[[match(t$run, ids)]], t$name, as.numeric(t$step))
        lines <- table(sprintf("%s/%d.tsv", file, k))
        stopifnot(length(x) == nrow(lines))
        if (grepl("x", t$shape))
            stopifnot(dim(x) == as.numeric(strsplit(t$shape, "x")[[1]]), same(c(aperm(x)), lines$value))
        else stopifnot(same(x, lines$value))
    }
}
for (file in c("cut.gts", "empty.gts", "check.R"))
    if (!inherits(try(suppressWarnings(grok_load(file)), silent = TRUE), "try-error")) cat("not refused:", file, "\n")
run <- grok_load("train.gts")[[1]]
stopifnot(run$config$modulus == 11, run$complete, identical(grok_tensor(run, "transformer.wte.weight"),
    grok_tensor(run, "transformer.wte.weight", 20)))
EOF
if command -v Rscript >/dev/null; then Rscript --vanilla check.R "$readers" 2>/dev/null; fi

cat >check.jl <<'EOF'
include(joinpath(ARGS[1], "grok.jl"))
rows(file) = [split(line, '\t') for line in readlines(file)][2:end]
near(x, y) = x === y || x == y || (isnan(x) && isnan(y)) || abs(x - y) <= 1e-8 * abs(y)
value(text) = endswith(text, "j") ? parse(ComplexF64, replace(text, "j" => "im")) : parse(Float64, text)
for file in ("train", "two-runs", "plain", "minimal")
    runs = Dict(run.id => run for run in Grok.load("$file.gts"))
    order = [run.id for run in Grok.load("$file.gts")]
    got = vcat((runs[id].metrics for id in order)...)
    want = rows("$file.metrics")
    @assert length(got) == length(want)
    by = Dict((r[1], r[2], r[3], r[4], r[5]) => r[6] for r in want) # a map has no order
    for m in got
        @assert near(m.value, value(by[m.run, string(m.step), m.tool, m.of === missing ? "NA" : m.of, m.name]))
    end
    for (k, t) in enumerate(rows("$file.tensors"))
        x = runs[t[1]][t[9], parse(Int, t[3])]
        lines = rows("$file/$k.tsv")
        flat = x isa AbstractArray ? vec(permutedims(x, ndims(x):-1:1)) : [x]
        @assert length(flat) == length(lines)
        @assert all(near(a, value(r[end])) for (a, r) in zip(flat, lines))
    end
end
for file in ("cut.gts", "empty.gts", "check.jl")
    refused = try Grok.load(file); false catch; true end
    refused || println("not refused: ", file)
end
EOF
if command -v julia >/dev/null; then julia --startup-file=no check.jl "$readers" 2>/dev/null; fi
