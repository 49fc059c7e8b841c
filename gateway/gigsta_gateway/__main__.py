from gigsta_gateway.server import main

main()
