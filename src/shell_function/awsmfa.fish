# The function awsmfa of fish. `use` changes the variables of this shell; the program gets all other commands.

function awsmfa
    switch "$argv[1]"
        case use
            set --erase argv[1]
            set --local code (command awsmfa use --shell fish $argv)
            or return
            # Help and other text is printed, not evaluated.
            if string match --quiet '# awsmfa*' -- "$code[1]"
                printf '%s\n' $code | source
            else if test (count $code) -gt 0
                printf '%s\n' $code
            end
        case login import
            command awsmfa $argv
            set --local result $status
            # The command may have renewed the session of the selected profile.
            if test -n "$AWSMFA_PROFILE"
                command awsmfa use --refresh --shell fish | source
            end
            return $result
        case logout
            set --erase argv[1]
            # Before the session is removed, the program can tell whether this shell holds it.
            set --local code (command awsmfa logout --clearing fish $argv 2>/dev/null)
            command awsmfa logout $argv
            or return
            if string match --quiet '# awsmfa*' -- "$code[1]"
                printf '%s\n' $code | source
            end
        case '*'
            command awsmfa $argv
    end
end
