{#-
    Row-level security and the grant of one mart. dbt replaces the relation on every build, so both are
    applied again each time. Each scope function is wrapped in a select, so that it runs once a query and not once a
    row; without a scope all three are null and nothing is visible. A view checks as its reader, not as its owner.
    Marts whose meta says is_public have nothing of a child in them: every reader with a scope sees all rows.
-#}
{% macro secure_by_tier(relation) -%}
    {%- if model.config.materialized == 'view' -%}
        alter view {{ relation }} set (security_invoker = true);
    {%- else -%}
        alter table {{ relation }} enable row level security;
        drop policy if exists by_tier on {{ relation }};
        create policy by_tier on {{ relation }} for select to rollcall_analyst
        using ({{ visible_by_tier(model) }});
    {%- endif %}
    grant select on {{ relation }} to rollcall_analyst
{%- endmacro %}


{% macro visible_by_tier(mart) -%}
    {%- if mart.config.meta.get('is_public') -%}
        (select ops.reader_tier()) is not null
    {%- else -%}
        (select ops.reader_tier()) = 'municipality'
        {%- if 'unit_code' in mart.columns %}
        or unit_code = (select ops.reader_unit())
        {%- endif %}
        {%- if 'admin_unit_code' in mart.columns %}
        or admin_unit_code = (select ops.reader_unit())
        {%- endif %}
        {%- if 'school_code' in mart.columns %}
        or school_code = (select ops.reader_school())
        {%- endif %}
    {%- endif -%}
{%- endmacro %}
