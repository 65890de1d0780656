# Frame of the window: top bar, navigation, panes.
app-name = Fonds
