# The report: one page that loads nothing, with every section; names from the stream remain text.
name='<script>alert(1)</script>"`touch a`'
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 2 >two.gts
/usr/bin/python3 "$SRC/tests/cli/grok-plot/stream.py" 1 "$name" | cat - two.gts |
    grok-plot report --title 'A <title>' -o report.html
/usr/bin/python3 - <<'END'
import html.parser, re

class Page(html.parser.HTMLParser):
    open, heading, text, figures, tables, links = [], False, [], 0, 0, []

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "iframe", "img", "object"), tag
        for key, value in attributes:
            assert not key.startswith("on"), key
            if key == "href":
                self.links.append(value)
            if key in ("src", "xlink:href"):
                assert re.match("#|data:image/png;base64,", value), value
        self.heading = tag in ("h1", "h2")
        self.figures += tag == "figure"
        self.tables += tag == "table"

    def handle_data(self, data):
        if self.heading and data.strip():
            print(data)
        self.heading = False
        self.text.append(data)

page, source = Page(), open("report.html").read()
page.feed(source)
text = "".join(page.text)
assert '<script>alert(1)</script>"`touch a`' in text
assert "@import" not in source and "url(" not in source.replace("url(#", "")
assert page.links and all(re.fullmatch("#[a-z]+", link) and f"id={link[1:]}>" in source for link in page.links)
print(page.figures, "figures,", page.tables, "tables")
for what in ("test accuracy", "generalisation", "stream.py", "modulus", "complexity K", "reference"):
    print(what, what in text)
END
# What is missing is named; nothing at all is an error.
grok-train --modulus 7 --steps 20 --save none -q | grok-plot report -o small.html
grep -o '<li>Rings: .*</li>' small.html
grok-plot report --format png two.gts -o x.html 2>&1 || echo "status $?"
grok-plot report two.gts -o x.png 2>&1 || echo "status $?"
ls -I out -I err
