# Seeds on two machines, of which one dies during a run: the other takes over, the bits are the
# same, and nothing stays behind.  Both are this machine: sshd on ports of 127.0.0.1, with keys that
# are made and deleted here.
sshd=${SSHD:-$(PATH=$PATH:/usr/sbin command -v sshd || true)}
for program in "${sshd:-sshd}" rsync ssh ssh-keygen; do
    command -v "$program" >/dev/null || { echo "$program is not installed" && exit 77; }
done
if [ "$(id -u)" = 0 ] && ! { id sshd >/dev/null 2>&1 && [ -d /run/sshd ]; }; then
    echo "sshd is not set up for root: no user sshd, or no /run/sshd" && exit 77
fi

mkdir -p home/.parallel keys
for key in host user; do ssh-keygen -q -t ed25519 -N '' -f keys/$key; done
cp keys/user.pub keys/authorized
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done' EXIT

# A machine: sshd in the foreground on a free port.
machine() { # NAME
    local name=$1 port
    for ((try = 0; try < 20; try++)); do
        port=$((20000 + RANDOM % 20000))
        cat >"$name.conf" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $PWD/keys/host
AuthorizedKeysFile $PWD/keys/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv PATH=$PATH HOME=$PWD/home LC_ALL=C.UTF-8
ForceCommand cd && eval "\$SSH_ORIGINAL_COMMAND"
END
        : >"$name.log"
        "$sshd" -D -e -f "$name.conf" 2>"$name.log" &
        pids+=($!)
        disown
        for ((wait = 0; wait < 50; wait++)); do
            grep -q 'Server listening' "$name.log" && break 2
            kill -0 $! 2>/dev/null || break
            sleep 0.1
        done
    done
    grep -q 'Server listening' "$name.log" || { cat "$name.log" >&2 && exit 1; }
    cat >>config <<END
Host $name
    HostName 127.0.0.1
    Port $port
    IdentityFile $PWD/keys/user
    IdentitiesOnly yes
    UserKnownHostsFile $PWD/keys/known
    LogLevel ERROR
END
    echo "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 keys/host.pub)" >>keys/known
}

# A process and all that descend from it
family() {
    local child
    echo "$1"
    for child in $(ps -o pid= --ppid "$1"); do family "$child"; done
}

machine alpha
machine beta
beta=${pids[-1]}
printf '1/%s\n' alpha beta >hosts
export PARALLEL_SSH="ssh -F $PWD/config" PARALLEL_HOME="$PWD/home/.parallel"
ssh -F config alpha true

run() { "$SRC/pipelines/seeds.sh" P=31 STEPS=800 SEEDS='1 2 3 4' "$@" >said 2>&1; }
run HOSTS=hosts OUT=far &
sweep=$!
pids+=("$sweep")
for ((wait = 0; wait < 600; wait++)); do
    for pid in $(family "$beta"); do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != grok-train ] || break 2
    done
    kill -0 "$sweep" 2>/dev/null || break
    sleep 0.05
done
[ "$(cat "/proc/$pid/comm")" = grok-train ] && echo "beta was training"
mapfile -t all < <(family "$beta")
kill -9 "${all[@]}" && echo "and died"
wait "$sweep" || { cat said >&2; exit 1; }
awk -F '\t' 'NR > 1 && $7 == 0 { host[$2]++; jobs++ }
    END { print jobs " jobs done, " host["alpha"]+0 " of them by alpha" }' \
    far/seeds/add-p31-n800/jobs/train.log

run OUT=near
for seed in 1 2 3 4; do
    cmp {far,near}/seeds/add-p31-n800/runs/s$seed.gts && echo "seed $seed: the same bits"
done
