# The function awsmfa of elvish. `use` changes the variables of this shell; the program gets all other commands.

fn awsmfa {|@words|
  var command = ''
  if (> (count $words) 0) { set command = $words[0] }
  if (eq $command use) {
    var code = (e:awsmfa use --shell elvish (all $words[1..]) | slurp)
    # Help and other text is printed, not evaluated.
    if (str:has-prefix $code '# awsmfa') { eval $code } else { print $code }
  } elif (or (eq $command login) (eq $command logout)) {
    var failure = $nil
    try { e:awsmfa $@words } catch error { set failure = $error }
    # The command may have renewed or removed the session that this shell uses.
    if (has-env AWSMFA_PROFILE) { eval (e:awsmfa use --refresh --shell elvish | slurp) }
    if (not-eq $failure $nil) { fail $failure }
  } else {
    e:awsmfa $@words
  }
}

edit:add-var awsmfa~ $awsmfa~
