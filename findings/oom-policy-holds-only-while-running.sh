#!/usr/bin/env bash
# systemd: OOMPolicy= holds only while a service runs. During a stop an OOM kill ends the whole service at once; during a reload
# it has no effect.
#
# guess:  OOMPolicy=stop, the default, stops a service in order after the kernel's OOM killer has ended a child of it, whatever the
#         service does at that time; one that stops already continues to stop. If the main process is ended by the OOM killer, the
#         result is oom-kill.
# seen:   systemd 252.38, Linux 6.1 in user mode, Debian 12, 2026-11-29. A service that needs 3 s after SIGTERM and has 30:
#           stop, a child is killed while it runs: oom-kill, ended by itself
#           stop, a child is killed while it reloads: success, running
#           stop, a child is killed while it stops: oom-kill, SIGKILL
#           stop, a second child is killed during the stop that followed the first: oom-kill, SIGKILL
#           continue, a child is killed while it stops: success, ended by itself
#           stop, the main process is killed: oom-kill, SIGKILL
#           continue, the main process is killed: signal, SIGKILL
#         Where several workers run out of memory together, the stop in order is over when the second one dies. systemd
#         257.13 and 262.1 do the same in all seven cases.
# matters to: services with worker processes and a limit of memory; Restart= and OnFailure= that look at the result.
#
# needs: Debian 12 on x86-64 with its systemd, root, and apt-get to fetch user-mode-linux, the kernel in which all of this happens:
# the machine itself is not changed. That kernel does not start on every processor. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if it cannot be tried here.
set -euo pipefail

kernel=user-mode-linux=6.1um4+b13
[[ $(uname -sm) == 'Linux x86_64' && $EUID -eq 0 && -x /lib/systemd/systemd ]] || { echo "needs Linux, x86-64, root, systemd"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 .
{ apt-get download -qq "$kernel" && dpkg -x user-mode-linux_*.deb kernel; } >apt 2>&1 || { cat apt; echo "needs $kernel"; exit 2; }

# The service, with the moments as arguments.
cat >service <<'SERVICE'
#!/usr/bin/env bash
child() { sh -c 'echo 1000 >/proc/self/oom_score_adj; exec dd if=/dev/zero of=/dev/null bs=200M count=1' & }
trap 'ending=yes' TERM
systemd-notify --ready
[[ $* != *reloading* ]] || { systemd-notify RELOADING=1; sleep 1; child; wait; systemd-notify --ready; }
[[ $* != *main* ]] || { sleep 1; exec dd if=/dev/zero of=/dev/null bs=200M count=1; }
[[ $* != *running* ]] || { sleep 1; child; }
until [[ ${ending:-} ]]; do sleep 0.1; done
[[ $* != *stopping* ]] || child
for ((i = 0; i < 30; i++)); do sleep 0.1; done
SERVICE

# What the only other service in the guest does.
cat >drive <<'DRIVE'
#!/usr/bin/env bash
# try_it NAME POLICY TEXT MOMENT...
try_it() {
    name=$1 policy=$2 text=$3
    shift 3
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/bash /run/work/service %s\nOOMPolicy=%s\n' "$*" "$policy" \
        >"/run/systemd/system/$name.service"
    printf 'MemoryMax=100M\nMemorySwapMax=0\nTimeoutStopSec=30\nKillMode=mixed\n' >>"/run/systemd/system/$name.service"
    # Keeps the unit, and its result, after its end.
    mkdir -p /run/systemd/system/probe.target.wants
    ln -s "../$name.service" /run/systemd/system/probe.target.wants/
    systemctl daemon-reload
    systemctl start "$name"
    case $* in
        stopping) systemctl stop "$name" ;;
        reloading) sleep 5 ;;
        *) for ((i = 0; i < 300; i++)); do
               case $(systemctl show -P ActiveState "$name") in failed | inactive) break ;; esac
               sleep 0.1
           done ;;
    esac
    case $(systemctl show -P ExecMainCode "$name") in 1) end='ended by itself' ;; 2) end=SIGKILL ;; *) end=running ;; esac
    echo "$policy, $text: $(systemctl show -P Result "$name"), $end" >>/run/work/seen
}
try_it a stop 'a child is killed while it runs' running
try_it r stop 'a child is killed while it reloads' reloading
try_it b stop 'a child is killed while it stops' stopping
try_it c stop 'a second child is killed during the stop that followed the first' running stopping
try_it d continue 'a child is killed while it stops' stopping
try_it e stop 'the main process is killed' main
try_it f continue 'the main process is killed' main
systemctl --version | sed -n 1p >/run/work/version
echo o >/proc/sysrq-trigger
DRIVE

# Process 1 of the guest: this machine's files, read-only, and of all its units only these two.
cat >init <<'INIT'
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/work /run/systemd/system /run/systemd/system-generators
mount -t hostfs -o "$WORK" work /run/work
for generator in /{usr/lib,lib,etc}/systemd/system-generators/*; do
    ln -sf /dev/null "/run/systemd/system-generators/${generator##*/}"
done
printf '[Unit]\nDefaultDependencies=no\nRequires=drive.service\nAllowIsolate=yes\n' >/run/systemd/system/probe.target
printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=exec\nExecStart=/bin/bash /run/work/drive\n' >/run/systemd/system/drive.service
exec /lib/systemd/systemd --system --unit=probe.target --log-target=console --show-status=no
INIT
chmod 755 init

TMPDIR=$work timeout -k 5 240 kernel/usr/bin/linux.uml mem=512M rootfstype=hostfs rootflags=/ ro "init=$work/init" "WORK=$work" \
    con=null con0=fd:0,fd:1 "uml_dir=$work" quiet </dev/null >console 2>&1 || true
if [[ ! -e seen ]]; then
    cat console
    ! grep 'set fp regs failed' console >/dev/null || echo "the user-mode kernel cannot handle the registers of this processor"
    echo "the guest has not started its systemd"
    exit 2
fi
cat seen
cat >expected <<'EXPECTED'
stop, a child is killed while it runs: oom-kill, ended by itself
stop, a child is killed while it reloads: success, running
stop, a child is killed while it stops: oom-kill, SIGKILL
stop, a second child is killed during the stop that followed the first: oom-kill, SIGKILL
continue, a child is killed while it stops: success, ended by itself
stop, the main process is killed: oom-kill, SIGKILL
continue, the main process is killed: signal, SIGKILL
EXPECTED
cmp -s seen expected || { echo "changed, with $(cat version 2>/dev/null)"; exit 1; }
