# The function awsmfa of bash and zsh. `use` changes the variables of this shell; the program gets all other commands.

awsmfa() {
    local code result=0
    case ${1-} in
        use)
            shift
            code=$(command awsmfa use --shell posix "$@") || return
            # Help and other text is printed, not evaluated.
            case $code in
                '# awsmfa'*) eval "$code" ;;
                ?*) printf '%s\n' "$code" ;;
            esac
            ;;
        login | logout)
            command awsmfa "$@" || result=$?
            # The command may have renewed or removed the session that this shell uses.
            if [ -n "${AWSMFA_PROFILE-}" ]; then
                code=$(command awsmfa use --refresh --shell posix) && eval "$code"
            fi
            return "$result"
            ;;
        *)
            command awsmfa "$@"
            ;;
    esac
}
