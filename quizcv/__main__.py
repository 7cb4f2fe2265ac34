from quizcv.cli import main

main()
