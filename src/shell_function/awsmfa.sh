# The function awsmfa of bash and zsh. `use` changes the variables of this shell; the program gets all other commands.

# In this form, the name is not replaced by an alias.
function awsmfa {
    local _awsmfa_code='' _awsmfa_result=0
    case ${1-} in
        use)
            shift
            _awsmfa_code=$(command awsmfa use --shell posix "$@") || return
            # Help and other text is printed, not evaluated.
            case $_awsmfa_code in
                '# awsmfa'*) eval "$_awsmfa_code" ;;
                ?*) printf '%s\n' "$_awsmfa_code" ;;
            esac
            ;;
        login | import)
            command awsmfa "$@" || _awsmfa_result=$?
            # The command may have renewed the session of the selected profile.
            if [ -n "${AWSMFA_PROFILE-}" ]; then
                _awsmfa_code=$(command awsmfa use --refresh --shell posix) && eval "$_awsmfa_code"
            fi
            return "$_awsmfa_result"
            ;;
        logout)
            shift
            # Before the session is removed, the program can tell whether this shell holds it.
            _awsmfa_code=$(command awsmfa logout --clearing posix "$@" 2>/dev/null) || _awsmfa_code=''
            command awsmfa logout "$@" || return
            case $_awsmfa_code in '# awsmfa'*) eval "$_awsmfa_code" ;; esac
            ;;
        *)
            command awsmfa "$@"
            ;;
    esac
}
