# Shared by the scripts that set up this machine: which Debian packages each of them needs, and how they come here.
# shellcheck shell=bash disable=SC2034

build_packages=(g++ cmake ninja-build libpoco-dev libre2-dev libssl-dev zlib1g-dev libargon2-dev libcrypt-dev
    libmsgpack-cxx-dev libpq-dev libmariadb-dev)
test_packages=(libcppunit-dev openssl python3 python3-pytest python3-websockets python3-selenium python3-django
    python3-django-channels python3-channels-redis python3-django-environ redis-server daphne nginx-light
    postgresql pgbouncer mariadb-server python3-psycopg2 python3-mysqldb python3-django-redis
    chromium chromium-driver fonts-liberation fonts-wqy-microhei)
bench_packages=(libboost-dev daphne python3-django python3-django-channels python3-channels-redis redis-server postgresql python3-psycopg2
    strace valgrind)
check_packages=(ccache prometheus clang-16 clang-format-16 clang-tidy-16 libclang-rt-16-dev llvm-16)

say() { printf '== %s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install_packages NAME...: those that are missing, and only those.
install_packages() {
    local package missing=()
    if ! command -v apt-get >/dev/null; then
        say "no apt-get here, so nothing is installed; on Debian 12 this needs: $*"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    # The package lists of a fresh machine are empty, and those of an old one name files that are gone.
    if apt-cache show --no-all-versions "${missing[@]}" >/dev/null 2>&1 && apt_install "${missing[@]}" 2>/dev/null; then
        return
    fi
    say "reading the package lists"
    as_root apt-get update -qq || fail "apt-get update failed: see above"
    apt_install "${missing[@]}" || fail "apt-get could not install ${missing[*]}: see above"
}

# npm, from wherever it comes: a machine with another Node.js cannot have Debian's beside it.
install_npm() { command -v npm >/dev/null || install_packages npm; }

# All cores, unless CMAKE_BUILD_PARALLEL_LEVEL says otherwise; ninja alone would take two more.
build() { cmake --build "$@" -j "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"; }
