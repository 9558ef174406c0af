# The limits that lib/README.md names: lines of functions and of files, columns, parameters and
# levels; and that each file says first what it is for.
cd "$SRC" || exit
/usr/bin/python3 - <<'END'
import glob, re, sys

files = [f for d in ("lib", "tools", "tests") for f in glob.glob(f"{d}/**/*.[ch]", recursive=True)]
faults = []

def parameters(text):
    """Of a signature: how many commas stand between its outer parentheses, plus one."""
    depth = count = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        count += c == "," and depth == 1
        if depth == 0 and c == ")":
            break
    return 0 if "(void)" in text else count + 1

for name in files:
    lines = open(name, encoding="utf-8").read().split("\n")
    if len(lines) > 451:
        faults.append(f"{name}: {len(lines) - 1} lines")
    if not lines[0].startswith("/*"):
        faults.append(f"{name}: no first line that says what it is for")
    start = None
    for i, line in enumerate(lines):
        where = f"{name}:{i + 1}"
        if len(line.expandtabs(8)) > 100:
            faults.append(f"{where}: {len(line.expandtabs(8))} columns")
        if re.match(r"\t{5,}(if|for|while|do|switch)\b", line):
            faults.append(f"{where}: more than four levels")
        if re.match(r"[A-Za-z_].*\(", line) and not line.endswith(";") and start is None:
            start = i
        elif line.endswith(";") and start is not None and "{" not in lines[start:i]:
            start = None  # a declaration
        if line == "}" and start is not None:
            if i - start + 1 > 60:
                faults.append(f"{where}: a function of {i - start + 1} lines")
            signature = " ".join(lines[start:lines.index("{", start)])
            if parameters(signature[signature.index("("):]) > 8 and name != "lib/gpt/linalg.c":
                faults.append(f"{name}:{start + 1}: more than eight parameters")
            start = None

for name in glob.glob("tests/**/*.sh", recursive=True) + glob.glob("pipelines/*.sh"):
    count = len(open(name, encoding="utf-8").readlines())
    if count > 450:
        faults.append(f"{name}: {count} lines")
if len(open("Makefile", encoding="utf-8").readlines()) > 100:
    faults.append("Makefile: more than 100 lines")
print("\n".join(faults), end="\n" if faults else "")
sys.exit(bool(faults))
END
