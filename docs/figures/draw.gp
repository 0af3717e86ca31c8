# Draws the figures of docs/validation.md from the tables beside it. Called by docs/validate in this folder.
set datafile separator ","
set terminal svg size 720,440 font "Helvetica,15" background rgb "white"
set border 3 lc rgb "#444444"
set tics nomirror out textcolor rgb "#222222"
set grid lc rgb "#e4e4e4" lt 1
set key noenhanced samplen 2 spacing 1.2
model = "#1f5a92"; other = "#c8571b"; law = "#8a8a8a"

# Means, before axes restrict what they are taken of.
stats "growth_scaling.csv" every ::1 using (log($1)):(log($2)) name "S" nooutput
stats "moments.csv" every ::1 using 6 name "M" nooutput

set output "size_tail.svg"
set logscale xy
set format y "10^{%L}"
set xlabel "workers of the enterprise"
set ylabel "share of enterprises with at least so many"
set key bottom left
plot "size_tail.csv" every ::1 using 1:2 with linespoints pt 7 ps 0.5 lc rgb model title "model", \
     "" every ::1 using 1:3 with lines dt 2 lw 2 lc rgb law title "Pareto law fitted above 10 workers"

set output "growth_rates.svg"
unset logscale x
set format y "10^{%L}"
set xrange [-2:2]
set yrange [0.001:10]
set xlabel "growth of yearly sales (log, less that of the sector)"
set ylabel "density"
set key above horizontal maxrows 1
plot "growth_rates.csv" every ::1 using 1:2 with points pt 7 ps 0.7 lc rgb model title "2 to 10 workers", \
     "" every ::1 using 1:3 with points pt 6 ps 0.8 lc rgb other title "50 workers and more", \
     "" every ::1 using 1:4 with lines dt 2 lw 2 lc rgb law title "Laplace law, 2 to 10 workers"

set output "growth_scaling.svg"
set autoscale x
set logscale x
set yrange [0.05:0.5]
set ytics (0.05, 0.1, 0.2, 0.3, 0.5)
set format y "%g"
set key inside vertical maxrows auto
set xlabel "workers before the two years compared"
set ylabel "standard deviation of yearly sales growth (log)"
set key top right
centre(x, b) = exp(S_mean_y - b * (log(x) - S_mean_x))
plot "growth_scaling.csv" every ::1 using 1:2 with linespoints pt 7 ps 0.7 lc rgb model title "model", \
     centre(x, 0.14) with lines dt 2 lw 2 lc rgb law title "published: slopes of -0.14 and -0.20", \
     centre(x, 0.20) with lines dt 2 lw 2 lc rgb law notitle

set output "survival.svg"
unset logscale
set ytics auto
set xrange [0:10]
set yrange [0:100]
set xlabel "years since the first sale"
set ylabel "share still in business, %"
set key bottom left
set object 1 rectangle from 1.9,60 to 2.1,80 fc rgb other fs solid 0.35 noborder
set object 2 rectangle from 4.9,45 to 5.1,60 fc rgb other fs solid 0.35 noborder
plot "survival.csv" every ::1 using 1:(100*$2) with linespoints pt 7 ps 0.6 lc rgb model title "model", \
     NaN with boxes fs solid 0.35 noborder lc rgb other title "accepted: OECD 2 years, United States 5 years"
unset object 1
unset object 2

set output "productivity.svg"
set logscale x
set xrange [0.13:7.5]
set yrange [0:*]
set xtics (0.15, 0.25, 0.5, 1, 2, 4, 7)
set xlabel "value added a worker over the median of the sector"
set ylabel "density of enterprises (log scale)"
set key off
plot "productivity.csv" every ::1 using 1:2 with filledcurves y1=0 fs solid 0.25 lc rgb model, \
     "" every ::1 using 1:2 with lines lw 2 lc rgb model
unset logscale
set xtics auto

set output "investment.svg"
set style fill solid 0.8 noborder
set boxwidth 0.8
set xrange [-0.6:8.6]
set yrange [0:*]
set xtics noenhanced
set xlabel "investment of the year over capital, %"
set ylabel "share of firm-years, %"
set label 1 "above 20 %: spikes" at 6.5,graph 0.95 center textcolor rgb other
plot "investment.csv" every ::1 using 0:(100*$2):xtic(1) with boxes lc rgb model, \
     "" every ::6 using ($0+5):(100*$2) with boxes lc rgb other
unset label 1

set output "moments.svg"
set terminal svg size 860,960 font "Helvetica,13" background rgb "white"
set xtics auto
set ytics noenhanced
set xrange [-5:5]
set yrange [M_records - 0.5:-0.5]
set xlabel "model less data, in tolerances" offset 0,0
unset ylabel
set key off
set object 3 rectangle from -1,graph 0 to 1,graph 1 fc rgb "#dcefe2" fs solid 1.0 noborder behind
edge(d) = d > 5 ? 4.95 : d < -5 ? -4.95 : d
off(m, d, t) = edge((m - d) / t)
# what is read for people: metric without its unit, group, period
plain = "< awk -F, 'NR > 1 {gsub(/_(n|frac|vnd)$/, \"\", $2); gsub(/_(n|frac|vnd)\\//, \" / \", $2); gsub(/_(n|frac|vnd)\\+/, \" + \", $2); " . \
        "gsub(/_/, \" \", $2); sub(/.*=/, \"\", $3); gsub(/_/, \" \", $3); $2 = $2 ($3 == \"\" ? \"\" : \"; \" $3) \"; \" $4; print}' OFS='|' moments.csv"
set datafile separator "|"
set lmargin 62
plot plain using (off($8, $6, $7)):0:(off($9, $6, $7)):(off($10, $6, $7)):ytic(strcol(2) . "   " . strcol(1)) \
         with xerrorbars pt 0 lw 1.5 lc rgb "#b0b0b0", \
     plain using (strcol(11) eq "1" ? off($8, $6, $7) : NaN):0 with points pt 7 ps 0.7 lc rgb model, \
     plain using (strcol(11) eq "1" ? NaN : off($8, $6, $7)):0 with points pt 7 ps 0.7 lc rgb other
set datafile separator ","
unset object 3
set lmargin -1
set ytics auto

set terminal svg size 720,900 font "Helvetica,14" background rgb "white"
set output "hindcast.svg"
set multiplot layout 3,1
set xrange [2013.5:2024.5]
set xtics 2014,1,2024
set yrange [*:*]
set key above horizontal maxrows 1 samplen 1.5
set xlabel ""
series(s) = "< awk -F, '$1 == \"" . s . "\"' hindcast.csv"
do for [k = 1:3] {
    s = word("with_results entries new_llc", k)
    unit = k < 3 ? 1000.0 : 1.0
    set ylabel (k == 1 ? "enterprises with results, thousand" : k == 2 ? "new registrations, thousand" : "new companies, 2019 = 100")
    set arrow 1 from 2019.5,graph 0 to 2019.5,graph 1 nohead dt 3 lc rgb law
    if (k == 2) { unset key }
    plot keyentry with points pt 7 ps 0.8 lc rgb other title "observed", \
         keyentry with lines lw 2 lc rgb model title "model", \
         keyentry with lines dt 2 lw 2 lc rgb law title "last growth", \
         keyentry with lines dt 4 lw 2 lc rgb law title "AR(1)", \
         series(s) using 2:($4/unit):($5/unit) with filledcurves fs solid 0.2 lc rgb model notitle, \
         "" using 2:($3/unit) with points pt 7 ps 0.8 lc rgb other notitle, \
         "" using 2:($6/unit) with lines lw 2 lc rgb model notitle, \
         "" using 2:($8/unit) with lines dt 2 lw 2 lc rgb law notitle, \
         "" using 2:($9/unit) with lines dt 4 lw 2 lc rgb law notitle
}
unset multiplot
