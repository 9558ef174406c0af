# The default of each option in --help, which comes from the table of options, is the one in the
# manual, where it is written "(default X)".
for source in "$SRC"/tools/grok-*.c; do
    tool=$(basename "$source" .c)
    mkdir -p "$tool"
    "$tool" --help >"$tool/all"
    sed -n "s|^  \([a-z][a-z-]*\)  .*|\1|p" "$tool/all" | while read -r command; do
        "$tool" "$command" --help >"$tool/$command"
    done
done
/usr/bin/python3 - "$SRC/man" <<'END'
import glob, re, sys

def number(text):
    try:
        return float(text[:-1]) * {"k": 1e3, "M": 1e6, "G": 1e9}[text[-1]] if text[-1] in "kMG" else float(text)
    except ValueError:
        return None

def same(a, b):
    return a == b or (number(a) is not None and number(a) == number(b))

def entries(page):
    """Of each option of a manual, what its entries say."""
    found = {}
    for entry in re.split(r"^\.It ", open(page).read(), flags=re.M)[1:]:
        first, _, rest = entry.partition("\n")
        text = re.sub(r"^\.(Pq|Po|Pc|Cm|Li|Ar|Pa|Fl|Ql|Sy|No|Xr|Ev)\s?", "", rest, flags=re.M)
        text = re.sub(r"\b(Cm|Li|No|Ql|Pa|Sy|Ic|Fl) ", "", text.replace("\\-", "-").replace("\n", " "))
        for name in re.findall(r"Fl -([a-z0-9-]+)", first):
            found[name] = found.get(name, "") + " " + text
    return found

bad = 0
shared = entries(f"{sys.argv[1]}/grok.7")
for tool in sorted(glob.glob("grok-*")):
    own = entries(f"{sys.argv[1]}/{tool}.1")
    told = set()
    for help in glob.glob(f"{tool}/*"):
        told |= set(re.findall(r"^  (?:-., |    )--([a-z0-9-]+)[ =\[].*\[(\S+)\]$", open(help).read(), flags=re.M))
    for name, value in sorted(told):
        text = own.get(name, "") + shared.get(name, "")
        said = re.findall(r"default ([^ ;]+?)[,.:;]*(?= |$)", text)
        if not any(same(value, word) for word in said):
            print(f"{tool} --{name}: default {value}, but {tool}.1 says {', '.join(said) or 'nothing'}")
            bad = 1
sys.exit(bad)
END
