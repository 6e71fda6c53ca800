# bash completion for edgekms. Load it with: source <(edgekms completion bash)
_edgekms() {
  local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
  line="${line#*"${COMP_WORDS[0]}"}"
  line="${line#"${line%%[! ]*}"}"
  COMPREPLY=($(compgen -W '$("$1" "[suggest:${#line}]" "$line" 2>/dev/null)' -- "$2"))
}
complete -o bashdefault -o default -F _edgekms edgekms
