#compdef awsmfa
# Completion of awsmfa for zsh. It runs awsmfa at each Tab, so that the profiles are always up to date.

_awsmfa() {
    local answer at
    local -a lines
    # Through a pipe: other users can see a program's arguments, and the line may contain an MFA code.
    answer=$(print -rl -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" | command awsmfa complete zsh 2>/dev/null) || return 1
    lines=("${(@f)answer}")
    case $lines[1] in
        candidates)
            shift lines
            (( $#lines )) && _describe awsmfa lines
            ;;
        files)
            [[ $PREFIX == --*=* ]] && compset -P '*='
            _files
            ;;
        program*)
            at=${lines[1]#program }
            shift $at words
            (( CURRENT -= at ))
            _normal
            ;;
    esac
}

# zsh loads this file either as the body of the function at its first call, or because it is sourced.
if [[ ${funcstack[1]} == _awsmfa ]]; then
    _awsmfa "$@"
elif (( ${+functions[compdef]} )); then
    compdef _awsmfa awsmfa
fi
