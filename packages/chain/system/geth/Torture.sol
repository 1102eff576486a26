// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Does, when asked, what two clients could see differently.
contract Torture {
    event Seen(uint256 indexed what, bytes data);

    error Refused(uint256 number);

    mapping(uint256 => uint256) private slots;
    uint256 private depth;

    /// @dev All that a block tells a contract.
    function environment() external payable {
        uint256 n = block.number;
        emit Seen(1, abi.encode(n, block.timestamp, block.coinbase, block.basefee, block.prevrandao, block.gaslimit));
        emit Seen(2, abi.encode(block.chainid, blockhash(n - 1), blockhash(n), blockhash(n > 300 ? n - 257 : n + 1)));
        emit Seen(3, abi.encode(tx.origin, tx.gasprice, msg.value, block.blobbasefee, address(this).balance));
        emit Seen(4, abi.encode(block.coinbase.balance, gasleft(), block.coinbase.code.length));
    }

    function precompile(address which, bytes calldata input, uint256 gas) external payable {
        uint256 before = gasleft();
        (bool ok, bytes memory output) = which.call{ gas: gas, value: msg.value }(input);
        emit Seen(5, abi.encode(ok, before - gasleft(), output));
    }

    function store(uint256 from, uint256 count, uint256 value) external {
        for (uint256 i = from; i < from + count; ++i) slots[i] = value;
    }

    /// @dev A slot that comes and goes within a transaction: refunds (EIP-2200, EIP-3529).
    function flip(uint256 slot) external {
        slots[slot] = 1;
        slots[slot] = 0;
        slots[slot] = 2;
    }

    function transient_(uint256 count) external {
        assembly {
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                tstore(i, add(tload(i), count))
                mstore(mul(i, 32), tload(i))
            }
            mcopy(7, 0, mul(count, 32))
            sstore(1, keccak256(0, mul(count, 33)))
        }
    }

    function logs(uint256 count, bytes calldata data) external {
        for (uint256 i = 0; i < count; ++i) emit Seen(i, data);
        assembly {
            log0(0, 0)
            log4(0, 33, 1, 2, 3, count)
        }
    }

    function refuse(uint256 number) external {
        slots[9] = number;
        revert Refused(number);
    }

    function invalid_() external {
        slots[9] = 1;
        assembly {
            invalid()
        }
    }

    function spin() external {
        while (true) slots[0]++;
    }

    function recurse(uint256 times) external returns (uint256) {
        if (times == 0) return 1;
        try this.recurse(times - 1) returns (uint256 reached) {
            depth = reached;
            return reached + 1;
        } catch {
            return 0;
        }
    }

    function catches() external {
        try this.refuse(3) { }
        catch (bytes memory reason) {
            emit Seen(6, reason);
        }
        try this.invalid_{ gas: 30_000 }() { }
        catch {
            emit Seen(7, "");
        }
    }

    /// @dev A contract that is made and dies in one transaction (EIP-6780), at the same address each time.
    function makeAndKill(bytes32 salt, address payable heir) external payable {
        Mortal mortal = new Mortal{ salt: salt, value: msg.value }();
        mortal.die(heir == address(0) ? payable(address(mortal)) : heir);
    }

    function make(bytes32 salt) external payable {
        emit Seen(8, abi.encode(new Mortal{ salt: salt, value: msg.value }()));
    }

    function kill(address mortal, address payable heir) external {
        Mortal(mortal).die(heir);
    }

    function look(address at) external {
        bytes32 hash;
        assembly {
            hash := extcodehash(at)
        }
        emit Seen(9, abi.encode(hash, at.code.length, at.balance));
    }
}

contract Mortal {
    uint256 private born;

    constructor() payable {
        born = block.number;
    }

    function die(address payable heir) external {
        selfdestruct(heir);
    }
}
