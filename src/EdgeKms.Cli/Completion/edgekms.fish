# fish completion for edgekms. Load it with: edgekms completion fish | source
function __edgekms_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l line (string join ' ' -- $words[2..-1])
    $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete -c edgekms -a '(__edgekms_complete)'
