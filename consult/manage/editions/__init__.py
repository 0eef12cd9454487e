"""公表版: tables that the gate released, as a page, a paper, Excel and open data; and the steps that propose them."""
