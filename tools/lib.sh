# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Functions for the scripts of this tree (source it): messages, the cache directory, logged steps, Wine.
# Every message goes to stderr, so that a script's stdout stays its answer.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "${0##*/}: $*"
    exit 1
}

# need COMMAND...: every command is there, or the script ends saying how to get it.
need() {
    local command missing=()
    for command in "$@"; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    [ ${#missing[@]} -eq 0 ] || die "not found: ${missing[*]}. Run tools/packages, then try again"
}

# step TEXT: a heading with the seconds since the script began.
step() { printf '[%4d s] %s\n' "$SECONDS" "$*" >&2; }

# step_run TEXT LOG COMMAND...: runs COMMAND with its output in LOG and says how long it took; when it
# fails, shows the end of LOG and ends the script. COMMAND may be a function; errexit works inside it.
step_run() {
    local text=$1 log=$2 start=$SECONDS status
    shift 2
    set +e
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        tail -n 30 "$log" | sed 's/^/    /' >&2
        die "step failed: $text (exit code $status, the end of its output is above)"
    fi
    printf '%5d s  %s\n' "$((SECONDS - start))" "$text" >&2
}

# milink_cache: prints the directory for what is expensive to make and safe to delete.
milink_cache() {
    local home=${HOME:-}
    [ -n "$home" ] || home=$(getent passwd "$(id -u)" | cut -d: -f6)
    printf '%s\n' "${MILINK_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/milink}"
}

# --- Wine -----------------------------------------------------------------------------------------

# Runs a command that may leave a daemon behind: it must inherit none of the caller's descriptors, or a
# pipe or a lock of the caller stays open as long as the daemon lives.
wine_detached() {
    (
        local fd
        for fd in "/proc/$BASHPID/fd"/*; do
            fd=${fd##*/}
            if [ "$fd" -gt 2 ] && [ "$fd" -ne 255 ]; then
                eval "exec $fd>&-"
            fi
        done
        exec "$@" </dev/null >/dev/null 2>&1
    )
}

wine_front=$(realpath "$(dirname "${BASH_SOURCE[0]}")/wine") # a wine in front of the installed one

# Every wine call needs these; without WINEPREFIX Wine would silently make ~/.wine.
wine_environment() {
    export WINEPREFIX=$1 WINEDEBUG=-all
    export WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=d"
    unset DISPLAY WAYLAND_DISPLAY
    case $PATH in "$wine_front:"*) ;; *) PATH=$wine_front:$PATH ;; esac
}

# Makes a fresh prefix at the path given, as Windows 10, and leaves no server running.
wine_prefix_new() (
    wine_environment "$1"
    wine_detached timeout 180 wineboot -i || die "wineboot could not make a prefix in $1"
    # -w is safe only here: nothing has started a persistent server for this prefix.
    wine_detached timeout 60 wineserver -w || die "the Wine server of $1 did not end"
    wine_detached timeout 60 wine winecfg -v win10 || die "winecfg failed in $1"
    wine_detached timeout 60 wineserver -w || die "the Wine server of $1 did not end"
)

# Prints the template prefix of the installed Wine, making it once (about 10 s, 700 MB).
wine_template() {
    local root version template new
    version=$(WINEDEBUG=-all wine --version | tr -c 'A-Za-z0-9.\n' - | sed 's/-*$//')
    root=$(milink_cache)/wine
    template=$root/$version
    mkdir -p "$root"
    (
        flock 8
        [ ! -f "$template/system.reg" ] || exit 0
        new=$(mktemp -d "$root/new.XXXXXX") || exit 1
        trap 'rm -rf "$new"' EXIT
        say "making the Wine prefix template (about 10 s, once)"
        wine_prefix_new "$new" && echo "$version" >"$new/.milink" && mv -T "$new" "$template"
    ) 8>"$root/lock" || return 1
    printf '%s\n' "$template"
}

# Makes PREFIX a copy of TEMPLATE. Links cost no disk and no time; but Wine rewrites its registry and
# time stamp in place, so those must be copies or the template would change with the prefix.
wine_clone() {
    local template=$1 prefix=$2 new=$2.new.$$
    mkdir -p "$(dirname "$prefix")"
    if ! cp -al "$template" "$new" 2>/dev/null; then
        rm -rf "$new"
        cp -a "$template" "$new" # another file system: slower, 700 MB
    fi
    cp --remove-destination -p "$template"/*.reg "$template/.update-timestamp" "$new/"
    rm -rf "$prefix"
    mv -T "$new" "$prefix"
}

# wine_start DIRECTORY: DIRECTORY becomes a ready prefix of its own, its server and services are up, and
# the environment points at it. A second call returns at once. End with wine_stop, best in a trap.
wine_start() {
    local prefix template
    need wine wineboot wineserver flock
    prefix=$(realpath -m "$1")
    template=$(wine_template) || die "could not make the Wine prefix template"
    if ! cmp -s "$template/.milink" "$prefix/.milink"; then # absent, or made by another Wine
        if [ -d "$prefix" ] && [ ! -f "$prefix/.milink" ] && [ -n "$(ls -A "$prefix")" ]; then
            die "$prefix holds something else; give wine_start a directory of its own"
        fi
        wine_clone "$template" "$prefix"
    fi
    wine_environment "$prefix"
    wine_detached wineserver -p || true # fails when it runs already, which is as good
    wine_detached timeout 120 wine cmd /c rem || die "Wine does not start in $prefix"
}

# wine_admit_agent [COMMAND...]: the DLL takes a pipe of the agent for the agent's. Under Wine every object has this
# owner; on Windows the service's own SID is built into the DLL. COMMAND is put before wine.
wine_admit_agent() {
    wine_detached "$@" wine reg add 'HKLM\SOFTWARE\milink' /v PipeOwner /d S-1-5-21-0-0-0-513 /f
}

# wine_stop: ends every process of the prefix that wine_start chose, and only of that.
wine_stop() {
    [ -n "${WINEPREFIX:-}" ] || return 0
    wine_detached wineserver -k || true # fails when nothing runs
}
