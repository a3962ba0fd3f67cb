nianbaoEditions([])
