# Where the engine listens and who may ask, from the data folder (set AURORA_DATA where it is not the usual one).
case "$(uname)" in
  Darwin) usual="$HOME/Library/Application Support/Aurora" ;;
  *) usual="${XDG_DATA_HOME:-$HOME/.local/share}/aurora" ;;
esac
data=${AURORA_DATA:-$usual}

# field FILE NAME: the first text field of that name in one of the folder's files, which have one field a line.
field() { sed -n "s/^ *\"$2\": \"\([^\"]*\)\".*/\1/p" "$data/$1" | head -n 1; }

# of NAME: the first text field of that name in the JSON on standard input.
of() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# ask ROLE PATH [CURL OPTIONS]: the token goes in over standard input, so that no list of processes shows it.
ask() {
  role=$1 path=$2
  shift 2
  printf 'header = "Authorization: Bearer %s"\n' "$(field tokens.json "$role")" |
    curl --config - --silent --show-error --fail-with-body "$@" "$(field endpoint.json url)$path"
}
