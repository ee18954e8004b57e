#!/usr/bin/env bash
# How install-systemd-service.sh, which sources this, puts files in place: each as a whole or not at all, with explicit modes, and
# none that is there already and the same.
# shellcheck disable=SC2154 # the constants and the arguments of that script

changed=
# The file that is being written.
part=
# There from the first change until all that was running has been restarted, also if a later run does that.
readonly marker=$library/.restart-needed

note_change() {
    [[ -n $changed || -n $dry_run || ! -d $library ]] || : >"$marker"
    changed=yes
}
forget_change() { [[ ! -e $marker ]] || run rm -f -- "$marker"; }

# put_folder FOLDER: everybody may enter it, also if an earlier run or somebody with another umask made it otherwise.
put_folder() {
    if [[ ! -d $1 ]]; then
        run install -d -m 0755 -- "$1"
    elif [[ $(stat -c %a -- "$1") != 755 ]]; then
        say "$1 is made readable for the service"
        note_change
        run chmod 0755 -- "$1"
    fi
}

# put SOURCE TARGET MODE: replaces the target as a whole. A JVM that runs from the old jar keeps reading the old file;
# if it were overwritten, classes that are loaded late, such as those of the shutdown, would be garbage.
put() {
    local source=$1 target=$2 mode=$3
    if [[ -f $target ]] && cmp -s -- "$source" "$target" && [[ $(stat -c %a -- "$target") == "${mode#0}" ]]; then
        return 0
    fi
    note_change
    say "$target"
    write "$source" "$target" "$mode"
}

# write SOURCE TARGET MODE: on a full disk nothing of it is left.
write() {
    part=$2.part
    run install -m "$3" -- "$1" "$part"
    run sync -- "$part"
    run mv -T -f -- "$part" "$2"
    part=
}

# put_settings SOURCE TARGET MODE: never over what somebody has written.
put_settings() {
    local source=$1 target=$2 mode=$3
    if [[ ! -e $target ]]; then
        put "$source" "$target" "$mode"
    elif ! cmp -s -- "$source" "$target"; then
        if [[ ! -e $target.new ]] || ! cmp -s -- "$source" "$target.new"; then
            say "$target is yours and stays; the one that comes with this version is $target.new"
            write "$source" "$target.new" "$mode"
        fi
    fi
}

# put_drop_in UNIT FILE WANTED: there if WANTED is 1, else not.
put_drop_in() {
    local folder=$units/$1.d
    if (($3)); then
        put_folder "$folder"
        put "$2" "$folder/${2##*/}" 0644
    elif [[ -e $folder/${2##*/} ]]; then
        note_change
        run rm -f -- "$folder/${2##*/}"
        run rmdir --ignore-fail-on-non-empty -- "$folder"
    fi
}

# Nothing half is left, whatever the end is. One that nobody has explained is explained here.
clean_up() {
    local status=$?
    rm -rf -- "$work"
    [[ -z $part ]] || rm -f -- "$part"
    if ((status != 0)) && [[ -z $explained ]]; then
        printf 'install-systemd-service: not finished, because of what is above. What was running goes on; run this again when it is put right.\n' >&2
        exit 1
    fi
}
