/** Names of the weights of layers that several families have: `{a,b}` for either. */
export const AFFINE = '{weight,bias}';
export const MAMBA = '{A_log,D,in_proj.weight,conv1d.weight,conv1d.bias,x_proj.weight,dt_proj.weight,dt_proj.bias,out_proj.weight}';
export const MAMBA_S4 = '{in_proj.weight,conv1d.weight,conv1d.bias,ssm.input_linear.weight,ssm.input_linear.bias,ssm.output_linear.0.weight,ssm.output_linear.0.bias,ssm.layer.D,ssm.layer.kernel.inv_dt,ssm.layer.kernel.A_real,ssm.layer.kernel.A_imag,ssm.layer.kernel.B,ssm.layer.kernel.C,ssm.layer.kernel.P,ssm.layer.kernel.l_kernel,out_proj.weight}';
export const MAMBA2 = '{A_log,D,dt_bias,in_proj.weight,conv1d.weight,conv1d.bias,norm.weight,out_proj.weight}';
export const SS2D = '{A_logs,Ds,x_proj_weight,dt_projs_weight,dt_projs_bias,in_proj.weight,conv2d.weight,conv2d.bias,out_norm.weight,out_norm.bias,out_proj.weight}';
export const BACKWARD = '{A_b_log,D_b,conv1d_b.weight,conv1d_b.bias,x_proj_b.weight,dt_proj_b.weight,dt_proj_b.bias}';
export const DIAGONAL = '{log_dt,A,B,C}';
export const RUNNING = '{weight,bias,running_mean,running_var}';
