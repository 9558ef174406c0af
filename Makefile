# make             build every tool into build/MODE/bin
# make demo        train a transformer through grokking and draw it (out/demo/)
# make check       every test: library, command lines, manuals, streams       T=PATTERN picks some
# make lint        clang-format, shellcheck, mandoc; make hooks: before each commit (core.hooksPath)
# make bench       every speed that the manuals name, as ratios               ONLY=NAME picks one
# make faults      every call for memory, of the system, fails in turn, in every tool (minutes)
# make install     PREFIX=/usr/local DESTDIR=    (and uninstall)
# make deb         a Debian package in build/
# make deps        install the Debian packages that are missing, for tests too (check does it; demo its own)
# make ctm         compute the tables of complexity in formats/ again (two minutes on two cores)
# make clean       remove build/
#
# MODE is release, debug, asan (address and undefined behaviour) or tsan; CC is gcc or clang.

MODE ?= release
CC = gcc
PREFIX ?= /usr/local
VERSION = 0.2.0

B := build/$(MODE)$(if $(findstring clang,$(CC)),-clang)
MSGPACK := $(shell pkg-config --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
PACKAGES := libzstd zlib $(MSGPACK) openblas kissfft-float libarchive libcjson
CFLAGS ?= -g
FLAGS_release = -O2
FLAGS_debug = -O0
FLAGS_asan = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_fuzz = -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FLAGS_tsan = -O1 -fsanitize=thread
# Outside libraries are not held to our warnings: -isystem.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -iquote lib -iquote tools -pthread \
	-Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-MMD -MP $(FLAGS_$(MODE)) $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)) $(CFLAGS)
LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm

LIB := $(patsubst %.c,$B/%.o,$(wildcard lib/*.c lib/*/*.c))
SHARED := $(patsubst %.c,$B/%.o,$(filter-out tools/grok-%.c,$(wildcard tools/*.c)))
TOOLS := $(patsubst tools/%.c,$B/bin/%,$(wildcard tools/grok-*.c))
UNITS := $(patsubst %.c,$B/%,$(wildcard tests/unit/*.c tests/unit/*/*.c))
BENCHES := $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c))

all: $(TOOLS) $B/share/man

# man finds the pages beside a bin/ that is in PATH.
$B/share/man: $(wildcard man/*.[157])
	@for s in 1 5 7; do mkdir -p $@/man$$s && ln -sf "$(CURDIR)"/man/*.$$s $@/man$$s/; done && touch $@

$B/lib/bdm/ctm_table.o: $(wildcard formats/ctm-*.bin)
$B/tests/unit/%.o: ALL_CFLAGS += -iquote tests/unit
# Vectorised exp, tanh and erf: no NaN check lives in these files.
$B/lib/%_fast.o: ALL_CFLAGS += -O3 -ffast-math
$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$B/libgrok.a: $(LIB)
	@rm -f $@
	$(AR) rcs $@ $^

# A tool of many parts or commands has a directory for them.
$(foreach d,$(notdir $(patsubst %/,%,$(wildcard tools/*/))),\
	$(eval $B/bin/grok-$d: $(patsubst %.c,$B/%.o,$(wildcard tools/$d/*.c))))

$B/bin/%: $B/tools/%.o $(SHARED) $B/libgrok.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$B/tests/%: $B/tests/%.o $B/libgrok.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$B/tests/fuzz/%: $B/tests/fuzz/%.o $B/libgrok.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Both commands of the README build with every core, unless make was told how many.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
TOOLS_IN_PATH = PATH="$(CURDIR)/$B/bin:$$PATH"

demo:
	@pipelines/deps.sh
	@$(MAKE) --no-print-directory -s $(PARALLEL) all
	@$(TOOLS_IN_PATH) pipelines/demo.sh
	@echo 'tools:    $(TOOLS_IN_PATH) finds them and their manuals; or make install'

check:
	@pipelines/deps.sh check
	@$(MAKE) --no-print-directory -s $(PARALLEL) check-built
check-built: all $(UNITS)
	@BUILD="$(CURDIR)/$B" MODE="$(MODE)" CC="$(CC)" tests/run '$(T)'

bench: all $(BENCHES) ; @BUILD="$(CURDIR)/$B" tests/bench/run $(ONLY)
faults: all ; @$(TOOLS_IN_PATH) tests/faults/run --every
ctm: all ; @$(TOOLS_IN_PATH) pipelines/ctm.sh
install uninstall: all ; @BUILD="$B" DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" pipelines/install.sh $@
deb: all ; @BUILD="$B" pipelines/deb.sh
deps: ; @pipelines/deps.sh check
lint: ; @tests/lint
hooks: ; git config core.hooksPath .githooks
clean: ; rm -rf build
.PHONY: all deps demo check check-built bench faults ctm lint hooks deb install uninstall clean
.SECONDARY:
-include $(shell find $B -name '*.d' -type f 2>/dev/null)
