# The function awsmfa of elvish. `use` changes the variables of this shell; the program gets all other commands.

fn awsmfa {|@words|
  var command = ''
  if (> (count $words) 0) { set command = $words[0] }
  if (eq $command use) {
    var code = (e:awsmfa use --shell elvish (all $words[1..]) | slurp)
    # Help and other text is printed, not evaluated.
    if (str:has-prefix $code '# awsmfa') { eval $code } else { print $code }
  } elif (or (eq $command login) (eq $command import)) {
    var failure = $nil
    try { e:awsmfa $@words } catch error { set failure = $error }
    # The command may have renewed the session of the selected profile.
    if (has-env AWSMFA_PROFILE) { eval (e:awsmfa use --refresh --shell elvish | slurp) }
    if (not-eq $failure $nil) { fail $failure }
  } elif (eq $command logout) {
    # Before the session is removed, the program can tell whether this shell holds it.
    var code = ''
    try { set code = (e:awsmfa logout --clearing elvish (all $words[1..]) 2>/dev/null | slurp) } catch { }
    e:awsmfa $@words
    if (str:has-prefix $code '# awsmfa') { eval $code }
  } else {
    e:awsmfa $@words
  }
}

edit:add-var awsmfa~ $awsmfa~
