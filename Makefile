# make             build every tool into build/MODE/bin
# make demo        train a transformer through grokking and draw it (out/demo/)
# make check       every test: library, command lines, manuals, streams       T=PATTERN picks some
# make lint        clang-format, shellcheck, mandoc
# make bench       every speed that the manuals name, as ratios               ONLY=NAME picks one
# make faults      every call for memory, of the system, fails in turn, in every tool (minutes)
# make hooks       lint before each commit (git's core.hooksPath)
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
DESTDIR ?=
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

# Vectorised exp, tanh and erf: no NaN check lives in these files.
$B/lib/%_fast.o: ALL_CFLAGS += -O3 -ffast-math

$B/tests/unit/%.o: ALL_CFLAGS += -iquote tests/unit

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$B/lib/bdm/ctm_table.o: $(wildcard formats/ctm-*.bin)

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

deps:
	@pipelines/deps.sh check

# Both commands of the README build with every core, unless make was told how many.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

demo:
	@pipelines/deps.sh
	@$(MAKE) --no-print-directory -s $(PARALLEL) all
	@PATH="$(CURDIR)/$B/bin:$$PATH" pipelines/demo.sh
	@echo 'tools:    PATH="$(CURDIR)/$B/bin:$$PATH" finds them and their manuals; or make install'

check: deps
	@$(MAKE) --no-print-directory -s $(PARALLEL) check-built

check-built: all $(UNITS)
	@BUILD="$(CURDIR)/$B" MODE="$(MODE)" CC="$(CC)" tests/run '$(T)'

bench: all $(BENCHES)
	@BUILD="$(CURDIR)/$B" tests/bench/run $(ONLY)

faults: all
	@PATH="$(CURDIR)/$B/bin:$$PATH" tests/faults/run --every

ctm: all
	$B/bin/grok-ctm --states 5 --symbols 2 --box 4x4 --compact -o formats/ctm-5-2.bin
	$B/bin/grok-ctm --states 3 --symbols 4 --box 3x3 --depth 9 --compact -o formats/ctm-3-4.bin

lint:
	clang-format --dry-run --Werror lib/*.[ch] lib/*/*.[ch] tools/*.[ch] tools/*/*.[ch] tests/*/*.[ch] tests/unit/*/*.c
	shellcheck -s bash -e SC1091,SC2016 pipelines/*.sh pipelines/slurm/* tests/run tests/examples tests/*.sh \
		tests/cli/*/*.sh .ci/run .githooks/*
	mandoc -Tlint -Wwarning man/*.[157]

install uninstall: all
	@BUILD="$B" DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" pipelines/install.sh $@

hooks:
	git config core.hooksPath .githooks

deb: all
	@BUILD="$B" pipelines/deb.sh

clean:
	rm -rf build

.PHONY: all deps demo check check-built bench faults ctm lint hooks deb install uninstall clean
.SECONDARY:
-include $(shell find $B -name '*.d' -type f 2>/dev/null)
