# Completion of awsmfa for elvish. It runs awsmfa at each Tab, so that the profiles are always up to date.

use str

set edit:completion:arg-completer[awsmfa] = {|@words|
  var answer = []
  # Through a pipe: other users can see a program's arguments, and the line may contain an MFA code.
  try { set answer = [(put $@words | to-lines | e:awsmfa complete elvish 2>/dev/null)] } catch { }
  if (> (count $answer) 0) {
    var kind = $answer[0]
    if (eq $kind candidates) {
      for line $answer[1..] {
        var text description = (str:split "\t" $line)
        edit:complex-candidate $text &code-suffix=' ' &display=$text' ('$description')'
      }
    } elif (eq $kind files) {
      edit:complete-filename $words[-1]
    } elif (str:has-prefix $kind 'program ') {
      var at = (- (num (str:trim-prefix $kind 'program ')) 1)
      edit:complete-sudo (all $words[$at..])
    }
  }
}
