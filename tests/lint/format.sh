# Fails when a file is not as clang-format leaves it.
command -v clang-format >/dev/null || exit 77
git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format --dry-run --Werror
