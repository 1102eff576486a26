// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What upgradeable contracts stand behind; named here so that it is compiled as they are.
import { ERC1967Proxy } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
