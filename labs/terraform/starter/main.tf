# The root of your configuration. `lab task first` says what it is to make, and
# /usr/local/share/doc/provider-garage in the toolbox how the provider is used.
