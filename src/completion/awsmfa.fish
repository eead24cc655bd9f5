# Completion of awsmfa for fish. It runs awsmfa at each Tab, so that the profiles are always up to date.

function __awsmfa_complete
    set -l token (commandline --current-token --cut-at-cursor)
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    # Through a pipe: other users can see a program's arguments, and the line may contain an MFA code.
    set -l answer (printf '%s\n' $words "$token" | command awsmfa complete fish 2>/dev/null)
    set -l kind $answer[1]
    set --erase answer[1]
    switch "$kind"
        case candidates
            test (count $answer) -gt 0; and printf '%s\n' $answer
        case files
            __fish_complete_path $token
        case 'program *'
            set -l before (string replace 'program ' '' -- $kind)
            set --erase words[1..$before]
            complete --do-complete (string join ' ' -- (string escape -- $words) "$token")
    end
end

complete --command awsmfa --no-files --arguments '(__awsmfa_complete)'
