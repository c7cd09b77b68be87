# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for daxbus. The tool itself provides the commands, options, columns and devices.

# Paths for the current word, or for its part after the option and '='
function __daxbus_paths
    set -l option (string match -r -- '^--[^=]*=' $argv[2])
    set -l path (string replace -r -- '^--[^=]*=' '' $argv[2])
    for candidate in ($argv[1] $path '' | string replace -r '\t.*' '')
        # Quoted: without an option, the list is empty, and so would be the word.
        echo "$option$candidate"
    end
end

function __daxbus_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l word (commandline --current-token --cut-at-cursor)
    for candidate in ($words[1] __introspect complete -- $words[2..] "$word" 2>/dev/null)
        switch $candidate
            case :directories
                __daxbus_paths __fish_complete_directories "$word"
            case :files
                __daxbus_paths __fish_complete_path "$word"
            case :nospace
                # fish adds no space after '=', and one after everything else.
            case '*'
                echo $candidate
        end
    end
end

complete --command daxbus --no-files --arguments '(__daxbus_complete)'
