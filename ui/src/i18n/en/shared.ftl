# Marks behind titles.
mark-conflict = In conflict
mark-error = Must be put right
mark-draft = Draft kept
mark-unsent = Saved, not sent
mark-restricted = Access restricted
mark-unpublished = Not published

# Actions, for menus, tooltips, the palette and the cheat sheet.
action-palette = Find or do
action-search = Search page
action-new = New
action-navigation = Go to the navigation
action-list = Go to the list
action-record = Go to the record
action-next-pane = Next pane
action-previous-pane = Previous pane
action-toggle-navigation = Hide or show the navigation
action-back = Back
action-forward = Forward
action-sync = Sync now
action-undo = Undo
action-redo = Redo
action-keys = All keys
action-find = Find in this list or tree
action-save = Save
action-validate = Validate
action-next-problem = Next problem
action-previous-problem = Previous problem
action-go-to-field = Go to field
action-history = History of this record
action-toggle-all = Essential or all fields
action-toggle-publish = Publish or unpublish
action-help = Help on the field
action-previous-record = Previous record of the list
action-next-record = Next record of the list
action-open = Open
action-rename = Rename
action-open-siblings = Open all siblings
action-new-after = New after this
action-new-inside = New inside this
action-move-up = Move up
action-move-down = Move down
action-move-out = Move out
action-move-in = Move in
action-cut = Cut
action-paste-after = Paste after
action-paste-inside = Paste inside
action-delete = Delete
action-remove-row = Remove the row
action-duplicate-row = Duplicate
action-row-up = Move the row up
action-row-down = Move the row down
action-emphasis = Emphasis
action-link = Link
action-markup = Show markup
action-repair = Take the repair or suggestion

# Where a key works.
scope-window = Everywhere
scope-record = In a record
scope-list = In a list
scope-tree = In a tree
scope-row = On a row of a record
scope-text = In text

error-unknown-code = Something went wrong ({ $code }). Nothing that was typed is lost.
error-unreachable = The program behind this window does not answer. What was kept is safe; open the window again.
