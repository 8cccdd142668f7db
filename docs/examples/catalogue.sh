#!/bin/sh
# Puts the items of the demo company into the catalogue and publishes them. Run it as somebody who is an agent and manages the
# service desk (STEWARD_TOKEN); run twice, it changes nothing.
set -eu

item() {  # name, then the fields; writes the number that the item has got
    name=$1
    shift
    number=$(steward start catalogue_item --key "catalogue-$name" "$@")
    steward act "$number" publish --key "catalogue-$name-published" >/dev/null
    echo "$number"
}

customers=$(item customers summary="Customer file" description="Look customers up and write to them" fulfilment=access \
    entitlement=crm-user group=application_team per_year=180 delivery_time="1 business day")
reports=$(item reports summary="Sales reports" description="The figures of sales" fulfilment=access \
    entitlement=sales-reports group=application_team delivery_time="1 business day" everyone:=false groups:='["sales", "finance"]')
laptop=$(item laptop summary="Laptop" description="A light one for the desk and the road" fulfilment=equipment \
    article=laptop-14 price=1200 delivery_time="5 business days")
badge=$(item badge summary="Badge" description="Opens the doors of your office" delivery_time="1 business day")
joiner=$(item joiner summary="New joiner" description="What everybody needs on the first day" fulfilment=bundle \
    parts:="[\"$customers\", \"$laptop\", \"$badge\"]" price=1250 per_year=180 delivery_time="5 business days")
echo "$customers $reports $laptop $badge $joiner"
