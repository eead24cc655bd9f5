# Completion of awsmfa for fish. It asks awsmfa at each Tab, and so knows the profiles of that moment.

function __awsmfa_complete
    set -l token (commandline --current-token --cut-at-cursor)
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    # By a pipe: anybody may see the arguments of a program, and a code may stand in the line.
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
