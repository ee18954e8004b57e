#!/usr/bin/env bash
# Runs test classes in user-mode Linux, a kernel that runs as an ordinary process, for tests against a real systemd that need
# what the kernel of this machine lacks. See usage().
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: user-mode-linux.sh CLASS...
           Compiles shutdown-systemd and runs these test classes, such as
           io.github.shutdown4j.systemd.real.OutOfMemoryTest, in a guest whose cgroup2 has the memory controller. The guest
           has this machine's files, read-only, no network, one processor and 3 GB; a JVM needs several times as long
           there. SYSTEMD_SUITE=trixie selects the systemd of a Debian release built by "systemd-box.sh suite trixie".
           JAVA_HOME selects the JDK, MAVEN_ARGS has options for Maven. The exit status is that of JUnit.
Needs: Debian or Ubuntu on x86-64, root, Maven, 3 GB in /dev/shm, a checkout outside /tmp.
TEXT
}

fail() {
    printf 'user-mode-linux: %s\n' "$*" >&2
    exit 2
}

[[ $# -gt 0 && $1 != -* ]] || { usage; exit 2; }
[[ $(uname -sm) == 'Linux x86_64' && $EUID -eq 0 ]] || fail "needs root on Linux, x86-64"
command -v apt-get >/dev/null || fail "needs apt-get to fetch the kernel"
cd "$(dirname "$0")/../../.."
[[ $PWD != /tmp/* ]] || fail "the guest does not see files below /tmp"

work=$PWD/target/user-mode-linux
java=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}/bin/java
junit=$(sed -n 's:.*<junit.version>\(.*\)</junit.version>.*:\1:p' ../pom.xml)
mkdir -p "$work"
if [[ ! -x $work/kernel/usr/bin/linux.uml ]]; then
    (cd "$work" && apt-get download -qq user-mode-linux busybox-static && for package in *.deb; do dpkg -x "$package" kernel; done) ||
        fail "cannot fetch user-mode-linux and busybox-static"
fi
# shellcheck disable=SC2086 # several options
mvn -q ${MAVEN_ARGS:-} -f .. -Pquick -pl shutdown-systemd -am test-compile dependency:build-classpath \
    -Dmdep.includeScope=test "-Dmdep.outputFile=$work/class-path"
# shellcheck disable=SC2086
mvn -q ${MAVEN_ARGS:-} dependency:copy "-Dartifact=org.junit.platform:junit-platform-console-standalone:$junit" "-DoutputDirectory=$work"

{
    echo "cd $PWD"
    printf '%q ' "$java" -XX:TieredStopAtLevel=1 "-Dsystemd.suite=${SYSTEMD_SUITE:-}" -Dsystemd.required=true \
        -cp "target/classes:target/test-classes:$(cat "$work/class-path"):$work/junit-platform-console-standalone-$junit.jar" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree "${@/#/--select-class=}"
} >"$work/command"
cat >"$work/init" <<'INIT'
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for folder in /dev/shm /run /var/tmp /tmp; do
    mount -t tmpfs tmpfs "$folder"
done
mount -t hostfs -o "$WORK" work "$WORK"
"$WORK/kernel/bin/busybox" insmod "$WORK/kernel/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
"$WORK/kernel/bin/busybox" ip link set lo up
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
bash "$WORK/command"
echo $? >"$WORK/status"
echo o >/proc/sysrq-trigger
sleep 60
INIT
chmod 755 "$work/init"
rm -f "$work/status"
TMPDIR=/dev/shm "$work/kernel/usr/bin/linux.uml" mem=3G rootfstype=hostfs rootflags=/ ro "init=$work/init" "WORK=$work" \
    con=null con0=fd:0,fd:1 "uml_dir=$work" quiet </dev/null || true
[[ -e $work/status ]] || fail "the guest has ended early"
exit "$(cat "$work/status")"
