# shellcheck shell=bash
# What the checkpoint scripts share. Sourced, not run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
core=$(cd "$here/../../.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

need() {
    local tool
    for tool in "$@"; do
        if ! command -v "$tool" >/dev/null; then
            echo "This needs $tool, which is not installed." >&2
            exit 2
        fi
    done
}

# Compiles what is to be tested and finds the libraries.
prepare() {
    if [ -z "${CHECKPOINT_CLASSPATH:-}" ]; then
        local list=$core/target/checkpoint-classpath.txt
        (cd "$core/.." && mvn -q -pl shutdown-core test-compile dependency:build-classpath -Dmdep.outputFile="$list") >&2
        CHECKPOINT_CLASSPATH=$core/target/classes:$core/target/test-classes:$(cat "$list")
    fi
}

# become_child MODE FILE [BYTES]: turns this shell into the process that saves, behind the command in $wrapper if any.
wrapper=()
become_child() {
    exec "${wrapper[@]}" "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
        -cp "$CHECKPOINT_CLASSPATH" io.github.shutdown4j.checkpoint.CheckpointChild "$@" 2>/dev/null
}

# child MODE FILE [BYTES]: runs it and waits.
child() {
    (become_child "$@")
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
