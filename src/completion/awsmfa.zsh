#compdef awsmfa
# Completion of awsmfa for zsh. It asks awsmfa at each Tab, and so knows the profiles of that moment.

_awsmfa() {
    local answer at
    local -a lines
    # By a pipe: anybody may see the arguments of a program, and a code may stand in the line.
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

# The first call of a function that zsh has loaded from a file of its name, or a file that was sourced.
if [[ $funcstack[1] == _awsmfa ]]; then
    _awsmfa "$@"
elif (( $+functions[compdef] )); then
    compdef _awsmfa awsmfa
fi
