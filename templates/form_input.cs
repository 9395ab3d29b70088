<?cs include!"field.cs" ?><?cs call:form_field(Field) ?>
