# Completion of awsmfa for bash. It asks awsmfa at each Tab, and so knows the profiles of that moment.

_awsmfa() {
    local line=${COMP_LINE:0:COMP_POINT} answer reply at
    COMPREPLY=()
    # By a pipe: anybody may see the arguments of a program, and a code may stand in the line.
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
            # By the package bash-completion, newer and older, if it is there.
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
