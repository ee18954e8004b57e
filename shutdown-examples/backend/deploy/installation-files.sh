#!/usr/bin/env bash
# Functions of install-systemd-service.sh, which sources this: they replace files atomically and with explicit modes, and leave
# identical ones untouched.
# shellcheck disable=SC2154 # the constants and the arguments of that script

changed=
# The file that is being written.
part=
# Exists from the first change until every running instance has been restarted, by this run or a later one.
readonly marker=$library/.restart-needed

note_change() {
    [[ -n $changed || -n $dry_run || ! -d $library ]] || : >"$marker"
    changed=yes
}
forget_change() { [[ ! -e $marker ]] || run rm -f -- "$marker"; }

# put_directory DIRECTORY: creates it with mode 0755, or corrects the mode.
put_directory() {
    if [[ ! -d $1 ]]; then
        run install -d -m 0755 -- "$1"
    elif [[ $(stat -c %a -- "$1") != 755 ]]; then
        say "$1: mode set to 0755, so that the service can read it"
        note_change
        run chmod 0755 -- "$1"
    fi
}

# put SOURCE TARGET MODE: replaces the target atomically. A JVM that runs from the old jar keeps reading the old file; if that
# were overwritten, classes that are first needed at the shutdown could not be loaded.
put() {
    local source=$1 target=$2 mode=$3
    if [[ -f $target ]] && cmp -s -- "$source" "$target" && [[ $(stat -c %a -- "$target") == "${mode#0}" ]]; then
        return 0
    fi
    note_change
    [[ -n $dry_run ]] || say "installed $target"
    write "$source" "$target" "$mode"
}

# write SOURCE TARGET MODE: leaves nothing behind if the disk is full.
write() {
    [[ -z $dry_run ]] || { say "would install $2, mode $3"; return; }
    part=$2.part
    run install -m "$3" -- "$1" "$part"
    run sync -- "$part"
    run mv -T -f -- "$part" "$2"
    part=
}

# put_settings SOURCE TARGET MODE: keeps a file that was edited, and puts the new one beside it.
put_settings() {
    local source=$1 target=$2 mode=$3
    if [[ ! -e $target ]]; then
        put "$source" "$target" "$mode"
    elif ! cmp -s -- "$source" "$target"; then
        if [[ ! -e $target.new ]] || ! cmp -s -- "$source" "$target.new"; then
            say "$target was edited and is kept; the one of this version is $target.new: compare them, then remove it"
            write "$source" "$target.new" "$mode"
        fi
    fi
}

# put_drop_in UNIT FILE WANTED: installs the drop-in if WANTED is 1, else removes it.
put_drop_in() {
    local folder=$units/$1.d
    if (($3)); then
        put_directory "$folder"
        put "$2" "$folder/${2##*/}" 0644
    elif [[ -e $folder/${2##*/} ]]; then
        note_change
        run rm -f -- "$folder/${2##*/}"
        run rmdir --ignore-fail-on-non-empty -- "$folder"
    fi
}

# Removes temporary files, whatever ended the script, and explains a failure that was not explained.
clean_up() {
    local status=$?
    rm -rf -- "$work"
    [[ -z $part ]] || rm -f -- "$part"
    if ((status != 0)) && [[ -z $explained ]]; then
        local running=''
        [[ -n $uninstall ]] || running=' Running services continue.'
        printf 'install-systemd-service: not finished, because of what is above.%s Remove the cause, then run this again.\n' "$running" >&2
        exit 1
    fi
}
