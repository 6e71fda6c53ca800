#compdef edgekms
# zsh completion for edgekms. Load it with: source <(edgekms completion zsh)
_edgekms() {
  local line="${(j: :)words[2,CURRENT]}"
  local -a found
  found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
  found=("${(@)found:#}")
  if (( ${#found} )); then
    compadd -- "${found[@]}"
  else
    _files
  fi
}
if (( ${+functions[compdef]} )); then
  compdef _edgekms edgekms
fi
