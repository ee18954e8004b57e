#!/usr/bin/env bash
# usage: build.sh   (run by the build of this peer)
#
# Builds an earlier commit of this library from the history of the clone: its two jars, and the programs of the peer
# "now" and the subjects of the tracker, compiled against them. All of it goes to target/classpath. The sources of the
# programs and subjects are those of today; only their imports are changed, since that version had one package only, and
# the names of two methods.
set -euo pipefail

commit=bde63c8

cd "$(dirname "$0")"
target=$PWD/target
classpath=$target/classpath
here=$(basename "$PWD")

if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
    rm -f "$classpath/peer.jar"
    echo "benchmark peer '$here': needs the git history, and commit $commit is not in it; the report leaves out that version" >&2
    exit 0
fi

# compile SOURCES CLASSES CLASS_PATH [OPTION...]
compile() {
    mkdir -p "$2"
    find "$1" -name '*.java' ! -name module-info.java >"$target/sources.txt"
    javac --release 17 -g -nowarn -proc:none -Xlint:none -d "$2" -cp "$3" "${@:4}" @"$target/sources.txt"
}

# The jars, with the options of that version's build that change a class file.
if ! [ -f "$classpath/shutdown-systemd.jar" ]; then
    rm -rf "$target/source"
    mkdir -p "$target/source"
    git -C "$(git rev-parse --show-toplevel)" archive "$commit" | tar -x -C "$target/source"
    for module in core systemd; do
        main=$target/source/shutdown-$module/src/main
        option=
        [ "$module" = core ] && option=-XDstringConcat=inline
        cp -r "$main/resources" "$target/source/$module"
        compile "$main/java" "$target/source/$module" "$classpath/*:$target/compile/*" ${option:+"$option"}
        jar --create --file "$classpath/shutdown-$module.jar" -C "$target/source/$module" .
    done
    rm -rf "$target/source"
fi

rm -rf "$target/programs" "$target/classes"
mkdir -p "$target/programs"
cp ../now/src/main/java/io/github/shutdown4j/examples/benchmarks/programs/*.java "$target/programs"
rm "$target/programs/"{Bare,Floor,Served,Stored}.java # without the library
cp ../../src/main/java/io/github/shutdown4j/examples/benchmarks/trackers/{Subject,TrackerSubject,Ours*}.java \
    "$target/programs"
packages='trigger|report|config|services|connections|resources|checkpoint'
sed -i -E "s/^import io\.github\.shutdown4j\.($packages)\./import io.github.shutdown4j./" "$target"/programs/*.java
sed -i -e 's/\.inFlight()/.active()/' -e 's/\.tracker(ConnectionTracker/.connections(ConnectionTracker/' "$target"/programs/*.java
compile "$target/programs" "$target/classes" "$classpath/*:$target/compile/*"
jar --create --file "$classpath/peer.jar" -C "$target/classes" .
