# Completion of awsmfa for bash. It runs awsmfa at each Tab, so that the profiles are always up to date.

_awsmfa() {
    local line=${COMP_LINE:0:COMP_POINT} answer reply at
    COMPREPLY=()
    # Through a pipe: other users can see a program's arguments, and the line may contain an MFA code.
    answer=$(printf '%s\n' "${line//$'\n'/ }" "$2" | command awsmfa complete bash 2>/dev/null) || return 0
    case $answer in
        candidates$'\n'*)
            while IFS= read -r reply; do
                COMPREPLY+=("$reply")
            done <<<"${answer#*$'\n'}"
            ;;
        files)
            compopt -o default 2>/dev/null
            ;;
        program*)
            for ((at = 1; at < COMP_CWORD; at++)); do
                [[ ${COMP_WORDS[at]} == -- ]] && break
            done
            # With the package bash-completion, in a new or an old version, if it is installed.
            if declare -F _comp_command_offset >/dev/null; then
                _comp_command_offset $((at + 1))
            elif declare -F _command_offset >/dev/null; then
                _command_offset $((at + 1))
            elif ((at + 1 == COMP_CWORD)); then
                while IFS= read -r reply; do
                    COMPREPLY+=("$reply")
                done <<<"$(compgen -c -- "$2" | sort -u)"
            else
                compopt -o default 2>/dev/null
            fi
            ;;
    esac
}

complete -F _awsmfa awsmfa
