# fish completion for edgekms. Load it with: edgekms completion fish | source
function __edgekms_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    set -l line (string join ' ' -- $words[2..-1] "$token")
    set -l found ($words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$token"
    end
end
complete -c edgekms -f -a '(__edgekms_complete)'
